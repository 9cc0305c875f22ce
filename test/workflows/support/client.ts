import type { ExportClient, ExportJob } from 'export-jobs'

/**
 * A client whose exports are done after so many polls, and how often each was polled. Its vendor asks for a minute
 * between polls.
 */
export function createClient(pollsNeeded = 3) {
  const polls = new Map<string, number>()
  const client: ExportClient<string, ExportJob<unknown, string>> = {
    vendor: 'acme',
    async get(ref) {
      const count = (polls.get(ref) ?? 0) + 1
      polls.set(ref, count)
      const job = { vendor: 'acme', id: ref, ref, raw: {} }
      return count < pollsNeeded
        ? { ...job, status: 'running', rawStatus: 'running', retryAfter: 60_000 }
        : { ...job, status: 'completed', rawStatus: 'completed' }
    },
  }
  return { client, polls }
}
