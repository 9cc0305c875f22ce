/**
 * Files on Node: downloads that resume, and exports that survive a crash.
 *
 * @module export-jobs/node
 */

export type * from '../vendor/public-types.ts'
export type { Observation, Schedule, ScheduleBounds, Update, WaitOptions } from '../wait-options.ts'
export { download } from './download.ts'
export type { DownloadProgress, DownloadToFileOptions } from './download-options.ts'
export { type ExportingClient, exportToFile } from './export-to-file.ts'
