/** Small packages in place of those that recipes use and that are not installed: they keep or print what they are given. */
export const standIns: Readonly<Record<string, string>> = {
  mongodb: `
    const kept = new Map()
    const collection = {
      async updateOne({ _id }, { $set, $setOnInsert }, { upsert = false } = {}) {
        if (kept.has(_id)) Object.assign(kept.get(_id), $set)
        else if (upsert) kept.set(_id, { _id, ...$setOnInsert, ...$set })
      },
      async findOneAndUpdate({ wakeAt: { $lte } }, { $set }) {
        const found = [...kept.values()].find(({ wakeAt }) => wakeAt <= $lte)
        const before = found && structuredClone(found)
        if (found) Object.assign(found, $set)
        return before ?? null
      },
      async deleteOne({ _id }) { kept.delete(_id) },
    }
    export class MongoClient { db() { return { collection: () => collection } } }`,

  pino: `
    const log = (level) => (fields, message) => console.log(level, message, JSON.stringify(fields))
    export const pino = () => ({ debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') })`,

  '@opentelemetry/api': `
    export const SpanStatusCode = { ERROR: 2 }
    function startSpan(name, { attributes = {} } = {}) {
      console.log('start ' + name)
      const all = { ...attributes }
      return {
        addEvent: (event, more) => console.log('event ' + event, JSON.stringify(more)),
        setAttribute: (key, value) => { all[key] = value },
        setAttributes: (more) => { Object.assign(all, more) },
        setStatus: ({ code }) => { all.status = code },
        end: () => console.log('end ' + name, JSON.stringify(all)),
      }
    }
    const startActiveSpan = (name, options, work) => work(startSpan(name, options))
    export const trace = { getTracer: () => ({ startSpan, startActiveSpan }) }`,
}
