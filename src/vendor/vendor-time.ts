/** The time by a vendor's own clock, as far as its answers tell. */
export interface VendorTime {
  /** The vendor has just answered at this instant of its clock. */
  set(answeredAt: Date | undefined): void
  /** The instant now, in ms since 1970; by the clock of this machine before the vendor has answered. */
  now(): number
}

export function createVendorTime(): VendorTime {
  let last: { readonly instant: number; readonly at: number } | undefined
  return {
    set(answeredAt) {
      if (answeredAt) last = { instant: answeredAt.getTime(), at: performance.now() }
    },
    now: () => (last ? last.instant + performance.now() - last.at : Date.now()),
  }
}
