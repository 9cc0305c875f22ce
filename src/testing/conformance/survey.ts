import type { ExportJob } from '../../job.ts'
import { type Place, placesOf } from './places.ts'
import { changed, type Trial } from './trial.ts'

/** A status that no vendor has. */
export const foreignWord = 'a-word-nobody-published'

/** What the vendor says about one export when all goes well, and where. */
interface Survey {
  readonly job: ExportJob
  readonly places: readonly Place[]
  readonly ids: readonly Place[]
  readonly statuses: readonly Place[]
}

/** Reads what the vendor answers about an export, and finds the id and the status in it. */
export async function survey<Ref>(trial: Trial<Ref>, ref: Ref): Promise<Survey> {
  const places: Place[] = []
  const { get } = trial.subject(async (_, real, nth) => {
    const response = await real()
    const value: unknown = await response
      .clone()
      .json()
      .catch(() => undefined)
    places.push(...placesOf(value, nth))
    return response
  })
  const job = await get(ref)
  const names = typeof ref === 'object' ? Object.values(ref as object) : [ref]
  const ids = places.filter(({ value }) => [job.id, ...names].some((name) => isSame(value, name)))
  const words = places.filter(({ value }) => isSame(value, job.rawStatus))
  const statuses: Place[] = []
  for (const place of words) if (!ids.includes(place) || !(await isId(place))) statuses.push(place)
  return { job, places, ids: ids.filter((place) => !statuses.includes(place)), statuses }

  /** Of a value that is both: whether it is what the client takes for the id. */
  async function isId(place: Place): Promise<boolean> {
    const other = trial.subject(changed([place], () => foreignWord))
    return other.get(ref).then(
      ({ rawStatus }) => rawStatus === job.rawStatus,
      () => true,
    )
  }
}

const isSame = (value: unknown, name: unknown): boolean =>
  (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') &&
  String(value).trim().toLowerCase() === String(name).trim().toLowerCase()
