/** The time by the vendor's own clock, as far as its answers tell it. */
export function createVendorTime() {
  let last: { readonly instant: number; readonly at: number } | undefined
  return {
    /** The vendor has just answered, at this instant of its clock. */
    set(answeredAt: Date | undefined): void {
      if (answeredAt) last = { instant: answeredAt.getTime(), at: performance.now() }
    },
    /** The instant now, in ms since 1970. Before the first answer by the clock of this machine. */
    now: (): number => (last ? last.instant + performance.now() - last.at : Date.now()),
  }
}
