import type { VendorName } from './vendors.ts'

/** The vendors that start exports when they are asked to. */
export type StartableVendor = Exclude<VendorName, 'didomi'>

/** One parameter of a start, as an option of the command line. */
export interface StartOption {
  /** The vendor's own name of it. */
  readonly param: string
  readonly flags: string
  readonly description: string
  readonly kind?: 'number' | 'list'
  readonly choices?: readonly string[]
  readonly required?: true
}

/** What each vendor can be asked for. */
export const startOptions: Record<StartableVendor, readonly StartOption[]> = {
  tyk: [
    {
      param: 'source_type',
      flags: '--source-type <type>',
      description: 'whose log',
      choices: ['app', 'llm', 'user'],
      required: true,
    },
    {
      param: 'source_id',
      flags: '--source-id <id>',
      description: 'its number',
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
    { param: 'to_date', flags: '--to-date <time>', description: 'last instant, itself included' },
    {
      param: 'q',
      flags: '--q <filter...>',
      description: 'a filter, written column:value,value; may be repeated',
      kind: 'list',
    },
    {
      param: 'search_operator',
      flags: '--search-operator <operator>',
      description: 'whether one filter is enough or all must hold',
      choices: ['or', 'and'],
    },
  ],
  loyaltydog: [
    {
      param: 'format',
      flags: '--format <format>',
      description: 'of the file; without it, csv',
      choices: ['csv', 'json'],
    },
    { param: 'merchantId', flags: '--merchant-id <id>', description: 'only this merchant' },
    { param: 'merchantName', flags: '--merchant-name <name>', description: 'only this merchant, by name' },
    { param: 'subjectId', flags: '--subject-id <id>', description: 'only what was done to it' },
    {
      param: 'subjectName',
      flags: '--subject-name <name>',
      description: 'only what was done to it, by name',
    },
    { param: 'actorId', flags: '--actor-id <id>', description: 'only what they did' },
    { param: 'actorName', flags: '--actor-name <name>', description: 'only what they did, by name' },
    { param: 'actions', flags: '--actions <action...>', description: 'only these actions', kind: 'list' },
    {
      param: 'resourceTypes',
      flags: '--resource-types <type...>',
      description: 'only these types',
      kind: 'list',
    },
    { param: 'fromDate', flags: '--from-date <date>', description: 'from when on' },
    { param: 'toDate', flags: '--to-date <date>', description: 'until when' },
  ],
}
