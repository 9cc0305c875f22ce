import type { ExportClient, ExportJob } from 'export-jobs'

/** A client whose exports are done after so many polls, and how often each was polled. */
export function createClient(pollsNeeded = 3) {
  const polls = new Map<string, number>()
  const client: ExportClient<string, ExportJob<unknown, string>> = {
    vendor: 'acme',
    async get(ref) {
      const count = (polls.get(ref) ?? 0) + 1
      polls.set(ref, count)
      const status = count < pollsNeeded ? ('running' as const) : ('completed' as const)
      return { vendor: 'acme', id: ref, ref, status, rawStatus: status, raw: {} }
    },
  }
  return { client, polls }
}
