import type { components } from '../generated/didomi.ts'
import { follows, lenient, unchecked } from './follows.ts'
import * as z from './zod.ts'

type Schemas = components['schemas']

export const run = follows<Schemas['ExportRun']>()(
  z.object({
    id: z.string(),
    status: z.string(),
    export_id: lenient<string>('string'),
    organization_id: lenient<string>('string'),
    config: lenient<Record<string, unknown>>('object'),
    metrics: lenient<Record<string, unknown>>('object'),
    result: lenient<string | null>('string'),
    created_at: lenient<string>('string'),
    updated_at: lenient<string>('string'),
  }),
)

export const runList = follows<Schemas['RunList']>()(
  z.object({
    total: lenient<number>('number'),
    limit: lenient<number>('number'),
    skip: lenient<number>('number'),
    // Only the requested run is checked: a broken one must not hide the others.
    data: z.array(unchecked<Schemas['ExportRun']>()),
  }),
)

export const session = follows<Schemas['Session']>()(z.object({ access_token: z.string() }))
