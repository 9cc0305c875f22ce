import type { createClient } from './clients.ts'
import type { VendorName } from './vendors.ts'

/** The vendors that start exports on request. */
export type StartableVendor = Exclude<VendorName, 'didomi'>

type StartParams<Vendor extends StartableVendor> = NonNullable<
  Parameters<ReturnType<(typeof createClient)[Vendor]>['start']>[0]
>

/** One parameter of a start, as an option of the command line. */
export interface StartOption {
  /** What stands for its value in the help; `...` for a list. */
  readonly value: string
  readonly description: string
  readonly isCount?: true
  readonly choices?: readonly string[]
  readonly required?: true
}

type StartOptions = {
  readonly [Vendor in StartableVendor]: {
    readonly [Param in Extract<keyof StartParams<Vendor>, string>]-?: StartOption
  }
}

/** The parameters that each vendor's `start` takes, by the vendor's names for them. */
export const startOptions: StartOptions = {
  tyk: {
    source_type: {
      value: '<type>',
      description: 'kind of the log',
      choices: ['app', 'llm', 'user'],
      required: true,
    },
    source_id: { value: '<id>', description: 'its id, a number', isCount: true, required: true },
    start_date: { value: '<day>', description: 'first day, YYYY-MM-DD, UTC', required: true },
    end_date: { value: '<day>', description: 'last day, YYYY-MM-DD, UTC', required: true },
    search: { value: '<text>', description: 'only entries that contain it' },
  },
  anaconda: {
    from_date: { value: '<time>', description: 'first instant, such as 2026-01-31T00:00:00Z' },
    to_date: { value: '<time>', description: 'last instant, inclusive' },
    q: { value: '<filter...>', description: 'a filter, written column:value,value; may be repeated' },
    search_operator: { value: '<operator>', description: 'match any filter, or all', choices: ['or', 'and'] },
  },
  loyaltydog: {
    format: { value: '<format>', description: 'of the file (default: csv)', choices: ['csv', 'json'] },
    merchantId: { value: '<id>', description: 'only this merchant' },
    merchantName: { value: '<name>', description: 'only this merchant, by name' },
    subjectId: { value: '<id>', description: 'only actions on it' },
    subjectName: { value: '<name>', description: 'only actions on it, by name' },
    actorId: { value: '<id>', description: 'only actions by them' },
    actorName: { value: '<name>', description: 'only actions by them, by name' },
    actions: { value: '<action...>', description: 'only these actions' },
    resourceTypes: { value: '<type...>', description: 'only these types' },
    fromDate: { value: '<date>', description: 'first date' },
    toDate: { value: '<date>', description: 'last date' },
  },
}

/** The option of a parameter: `--source-type` of `source_type`, `--merchant-id` of `merchantId`. */
export const flagOf = (param: string): string =>
  `--${param.replaceAll('_', '-').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
