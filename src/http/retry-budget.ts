/** What the retries of one client draw on, so that a vendor in trouble is not asked many times more than usual. */
export interface RetryBudget {
  /** Takes what a retry costs. `false`: there is not enough left, and no retry is to be made. */
  take(): boolean
  /** Gives back after a call has succeeded: what its last retry cost, or a little where it needed none. */
  refund(wasRetried: boolean): void
}

// As the SDKs of AWS have them: a hundred retries in a row, then one for every five successes.
const full = 500
const price = 5

export function createRetryBudget(): RetryBudget {
  let left = full
  return {
    take() {
      if (left < price) return false
      left -= price
      return true
    },
    refund(wasRetried) {
      left = Math.min(full, left + (wasRetried ? price : 1))
    },
  }
}
