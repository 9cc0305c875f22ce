import * as z from 'zod/mini'
import type { components } from '../generated/didomi.ts'
import { follows, number, unchecked } from './follows.ts'

type Schemas = components['schemas']

const openObject = () => z.record(z.string(), z.unknown())

export const run = follows<Schemas['ExportRun']>()(
  z.object({
    id: z.string(),
    status: z.string(),
    export_id: z.optional(z.string()),
    organization_id: z.optional(z.string()),
    config: z.optional(openObject()),
    metrics: z.optional(openObject()),
    result: z.optional(z.nullable(z.string())),
    created_at: z.optional(z.string()),
    updated_at: z.optional(z.string()),
  }),
)

export const runList = follows<Schemas['RunList']>()(
  z.object({
    total: z.optional(number()),
    limit: z.optional(number()),
    skip: z.optional(number()),
    // Each run is checked when it is the one asked for: a broken one must not hide the others.
    data: z.array(unchecked<Schemas['ExportRun']>()),
  }),
)

export const session = follows<Schemas['Session']>()(z.object({ access_token: z.string() }))
