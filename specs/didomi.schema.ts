import type { components } from '../generated/didomi.ts'
import { follows, lenient, unchecked } from './follows.ts'
import * as z from './zod.ts'

type Schemas = components['schemas']

const openObject = () => z.record(z.string(), z.unknown())

export const run = follows<Schemas['ExportRun']>()(
  z.object({
    id: z.string(),
    status: z.string(),
    export_id: lenient(z.string()),
    organization_id: lenient(z.string()),
    config: lenient(openObject()),
    metrics: lenient(openObject()),
    result: lenient(z.nullable(z.string())),
    created_at: lenient(z.string()),
    updated_at: lenient(z.string()),
  }),
)

export const runList = follows<Schemas['RunList']>()(
  z.object({
    total: lenient(z.number()),
    limit: lenient(z.number()),
    skip: lenient(z.number()),
    // Each run is checked when it is the one asked for: a broken one must not hide the others.
    data: z.array(unchecked<Schemas['ExportRun']>()),
  }),
)

export const session = follows<Schemas['Session']>()(z.object({ access_token: z.string() }))
