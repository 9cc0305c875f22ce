import * as z from 'zod'

/** The same answers in zod, as one would write them by hand. */
export const tykSchema = z.object({
  id: z.string(),
  type: z.string().optional(),
  attributes: z.object({
    status: z.string(),
    export_id: z.string().optional(),
    source_type: z.string().optional(),
    source_id: z.number().optional(),
    start_date: z.string().optional(),
    end_date: z.string().optional(),
    search_filter: z.string().optional(),
    requested_at: z.string().optional(),
    requested_by: z.number().optional(),
    completed_at: z.string().optional(),
    expires_at: z.string().optional(),
    total_records: z.number().optional(),
    file_size: z.number().optional(),
    error_message: z.string().optional(),
  }),
})

export const anacondaSchema = z.object({
  id: z.string(),
  org_id: z.string(),
  status: z.string(),
  created_at: z.string(),
  completed_at: z.string().nullish(),
  download_url: z.string().nullish(),
  error_message: z.string().nullish(),
  progress: z.number().nullish(),
  total_records: z.number().nullish(),
})
