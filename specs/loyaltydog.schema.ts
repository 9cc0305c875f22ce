import type { components } from '../generated/loyaltydog.ts'
import { isDay, readInstant } from '../src/vendor/instant.ts'
import { follows, lenient } from './follows.ts'
import { inOrder } from './range.ts'
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

const isTime = (text: string) => isDay(text) || readInstant(text) !== undefined
const time = () =>
  z.string().check(z.refine(isTime, 'must be a time such as 2026-01-31T00:00:00Z, or a day, YYYY-MM-DD'))

export const startParams = follows<Schemas['StartExportRequest']>()(
  z
    .strictObject({
      format: z.optional(z.enum(['csv', 'json'])),
      merchantId: z.optional(z.string()),
      subjectId: z.optional(z.string()),
      actorId: z.optional(z.string()),
      subjectName: z.optional(z.string()),
      actorName: z.optional(z.string()),
      merchantName: z.optional(z.string()),
      actions: z.optional(z.array(z.string())),
      resourceTypes: z.optional(z.array(z.string())),
      fromDate: z.optional(time()),
      toDate: z.optional(time()),
    })
    .check(inOrder('fromDate', 'toDate')),
)
