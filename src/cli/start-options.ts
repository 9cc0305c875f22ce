import type { createClient } from './clients.ts'
import type { VendorName } from './vendors.ts'

/** The vendors that start exports on request. */
export type StartableVendor = Exclude<VendorName, 'didomi'>

/** What a vendor's `start` takes. */
export type StartParams<Vendor extends StartableVendor> = NonNullable<
  Parameters<ReturnType<(typeof createClient)[Vendor]>['start']>[0]
>

/** One parameter of a start, as an option of the command line. */
export interface StartOption<Param extends string = string> {
  /** The vendor's own name for it. */
  readonly param: Param
  readonly flags: string
  readonly description: string
  readonly kind?: 'number' | 'list'
  readonly choices?: readonly string[]
  readonly required?: true
}

type StartOptions = {
  readonly [Vendor in StartableVendor]: readonly StartOption<Extract<keyof StartParams<Vendor>, string>>[]
}

/** what each vendor takes. */
export const startOptions: StartOptions = {
  tyk: [
    {
      param: 'source_type',
      flags: '--source-type <type>',
      description: 'kind of the log',
      choices: ['app', 'llm', 'user'],
      required: true,
    },
    {
      param: 'source_id',
      flags: '--source-id <id>',
      description: 'its id, a number',
      kind: 'number',
      required: true,
    },
    {
      param: 'start_date',
      flags: '--start-date <day>',
      description: 'first day, YYYY-MM-DD, UTC',
      required: true,
    },
    {
      param: 'end_date',
      flags: '--end-date <day>',
      description: 'last day, YYYY-MM-DD, UTC',
      required: true,
    },
    { param: 'search', flags: '--search <text>', description: 'only entries that contain it' },
  ],
  anaconda: [
    {
      param: 'from_date',
      flags: '--from-date <time>',
      description: 'first instant, such as 2026-01-31T00:00:00Z',
    },
    { param: 'to_date', flags: '--to-date <time>', description: 'last instant, inclusive' },
    {
      param: 'q',
      flags: '--q <filter...>',
      description: 'a filter, written column:value,value; may be repeated',
      kind: 'list',
    },
    {
      param: 'search_operator',
      flags: '--search-operator <operator>',
      description: 'match any filter, or all',
      choices: ['or', 'and'],
    },
  ],
  loyaltydog: [
    {
      param: 'format',
      flags: '--format <format>',
      description: 'of the file (default: csv)',
      choices: ['csv', 'json'],
    },
    { param: 'merchantId', flags: '--merchant-id <id>', description: 'only this merchant' },
    { param: 'merchantName', flags: '--merchant-name <name>', description: 'only this merchant, by name' },
    { param: 'subjectId', flags: '--subject-id <id>', description: 'only actions on it' },
    {
      param: 'subjectName',
      flags: '--subject-name <name>',
      description: 'only actions on it, by name',
    },
    { param: 'actorId', flags: '--actor-id <id>', description: 'only actions by them' },
    { param: 'actorName', flags: '--actor-name <name>', description: 'only actions by them, by name' },
    { param: 'actions', flags: '--actions <action...>', description: 'only these actions', kind: 'list' },
    {
      param: 'resourceTypes',
      flags: '--resource-types <type...>',
      description: 'only these types',
      kind: 'list',
    },
    { param: 'fromDate', flags: '--from-date <date>', description: 'first date' },
    { param: 'toDate', flags: '--to-date <date>', description: 'last date' },
  ],
}
