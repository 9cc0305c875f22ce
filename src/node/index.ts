export { type DownloadProgress, type DownloadToFileOptions, download } from './download.ts'
