import type { components } from '../generated/loyaltydog.ts'
import { follows, lenient } from './follows.ts'
import * as z from './zod.ts'

type Schemas = components['schemas']

export const exportStatus = follows<Schemas['ExportStatusResponse']>()(
  z.object({
    taskId: z.string(),
    status: z.string(),
    downloadUrl: lenient<string | null>('string'),
    error: lenient<string | null>('string'),
  }),
)

export const startParams = follows<Schemas['StartExportRequest']>()(
  z.strictObject({
    format: z.optional(z.enum(['csv', 'json'])),
    merchantId: z.optional(z.string()),
    subjectId: z.optional(z.string()),
    actorId: z.optional(z.string()),
    subjectName: z.optional(z.string()),
    actorName: z.optional(z.string()),
    merchantName: z.optional(z.string()),
    actions: z.optional(z.array(z.string())),
    resourceTypes: z.optional(z.array(z.string())),
    fromDate: z.optional(z.string()),
    toDate: z.optional(z.string()),
  }),
)
