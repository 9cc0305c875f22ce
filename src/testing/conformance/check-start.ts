import { json } from '../answers.ts'
import { expect } from './check-job.ts'
import type { Check } from './conformance.ts'
import { type Answer, refusal, rejection, type Subject, settled, type Trial } from './trial.ts'

/** What a client makes of starts: one that is sent twice is a second export. */
export function startChecks<Ref>(trial: Trial<Ref>): Check[] {
  const start = ({ client }: Subject<Ref>) => settled(Promise.resolve(client.start?.(trial.params)))

  return [
    {
      name: 'start gives what get takes',
      async run() {
        const subject = trial.subject()
        await subject.get((await start(subject)) as Ref)
      },
    },
    {
      name: 'a start is never repeated',
      async run() {
        const failures: Answer[] = [() => json({ error: 'busy' }, 503), () => Response.error()]
        for (const answer of failures) {
          const subject = trial.subject(answer)
          await rejection(start(subject))
          expect(subject.sent.length === 1, `${subject.sent.length} requests were sent to start one export`)
        }
      },
    },
    {
      name: 'a start whose answer has no id is refused as unexpected-shape',
      async run() {
        for (const body of [{}, [], { id: null }, 'started'])
          await refusal(start(trial.subject(() => json(body))), 'unexpected-shape', 'not-json')
      },
    },
  ]
}

/** What a client makes of an export that is to be canceled. */
export function cancelChecks<Ref>(trial: Trial<Ref>, badRefs: readonly Ref[]): Check[] {
  return [
    {
      name: 'cancel refuses ids that climb before any request',
      async run() {
        for (const ref of badRefs) {
          const { client, sent } = trial.subject()
          const error = await rejection(Promise.resolve(client.cancel?.(ref)))
          expect(sent.length === 0, 'a request was sent')
          await refusal(Promise.reject(error), 'invalid-ref')
        }
      },
    },
  ]
}
