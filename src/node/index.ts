export type * from '../vendor/public-types.ts'
export type { Update, WaitOptions } from '../wait/options.ts'
export type { Observation, Schedule, ScheduleBounds } from '../wait/schedule.ts'
export { type DownloadProgress, type DownloadToFileOptions, download } from './download.ts'
