/** A running export as Tyk answers about it. */
export const tykBody = (id: string, status = 'processing'): string =>
  JSON.stringify({
    type: 'proxy_log_export',
    id,
    attributes: {
      export_id: id,
      status,
      source_type: 'llm',
      source_id: 7,
      start_date: '2025-01-01',
      end_date: '2025-01-31',
      search_filter: '',
      requested_at: '2025-03-01T10:00:00Z',
      requested_by: 3,
      total_records: 0,
      file_size: 0,
      error_message: '',
    },
  })

/** A running export as Anaconda answers about it. */
export const anacondaBody = (id: string): string =>
  JSON.stringify({
    id,
    org_id: 'c9bf9e57-1685-4c89-bafb-ff5af830be8a',
    status: 'running',
    created_at: '2025-03-01T10:00:00Z',
    completed_at: null,
    download_url: null,
    error_message: null,
    progress: 42,
    total_records: null,
  })
