import * as z from 'zod/mini'
import type { components } from '../generated/loyaltydog.ts'
import { follows } from './follows.ts'

export const exportStatus = follows<components['schemas']['ExportStatusResponse']>()(
  z.object({
    taskId: z.string(),
    status: z.string(),
    downloadUrl: z.optional(z.nullable(z.string())),
    error: z.optional(z.nullable(z.string())),
  }),
)
