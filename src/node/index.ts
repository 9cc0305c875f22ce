export { download } from './download.ts'
export type { DownloadProgress, DownloadToFileOptions } from './download-options.ts'
export { type ExportingClient, exportToFile } from './export-to-file.ts'
