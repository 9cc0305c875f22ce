export {
  type DownloadableClient,
  type DownloadProgress,
  type DownloadToFileOptions,
  download,
} from './download.ts'
