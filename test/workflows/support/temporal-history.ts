const taskQueue = { name: 'waits' }

/** A value as Temporal keeps it. */
const payloads = (value: unknown) => ({
  payloads: [{ metadata: { encoding: btoa('json/plain') }, data: btoa(JSON.stringify(value)) }],
})

/** Writes a history by hand: each method adds what the server would have added. */
export class HistoryWriter {
  /** The history so far, as Temporal's command line prints it. */
  readonly events: object[] = []
  #now: number

  constructor(workflow: string, argument: unknown, now: number) {
    this.#now = now
    this.#add('WORKFLOW_EXECUTION_STARTED', 'workflowExecutionStarted', {
      workflowType: { name: workflow },
      taskQueue,
      input: payloads(argument),
      originalExecutionRunId: 'run-1',
      firstExecutionRunId: 'run-1',
      workflowTaskTimeout: '10s',
      attempt: 1,
    })
  }

  /** The workflow runs until it has nothing to do; `suggest`: the server finds its history long. */
  task({ suggest = false } = {}): this {
    const scheduledEventId = this.#add('WORKFLOW_TASK_SCHEDULED', 'workflowTaskScheduled', {
      taskQueue,
      attempt: 1,
    })
    const startedEventId = this.#add('WORKFLOW_TASK_STARTED', 'workflowTaskStarted', {
      scheduledEventId,
      requestId: crypto.randomUUID(),
      suggestContinueAsNew: suggest,
    })
    this.#add('WORKFLOW_TASK_COMPLETED', 'workflowTaskCompleted', { scheduledEventId, startedEventId })
    return this
  }

  /** It calls an activity, which returns this. */
  activity(id: number, name: string, argument: unknown, result: unknown): this {
    const scheduledEventId = this.#add('ACTIVITY_TASK_SCHEDULED', 'activityTaskScheduled', {
      activityId: String(id),
      activityType: { name },
      taskQueue,
      input: payloads(argument),
      workflowTaskCompletedEventId: this.#last,
    })
    const startedEventId = this.#add('ACTIVITY_TASK_STARTED', 'activityTaskStarted', {
      scheduledEventId,
      attempt: 1,
    })
    this.#add('ACTIVITY_TASK_COMPLETED', 'activityTaskCompleted', {
      scheduledEventId,
      startedEventId,
      result: payloads(result),
    })
    return this
  }

  /** It sleeps until then. */
  timer(id: number, until: number): this {
    const startedEventId = this.#add('TIMER_STARTED', 'timerStarted', {
      timerId: String(id),
      startToFireTimeout: `${Math.max(1, until - this.#now) / 1_000}s`,
      workflowTaskCompletedEventId: this.#last,
    })
    this.#now = until
    this.#add('TIMER_FIRED', 'timerFired', { timerId: String(id), startedEventId })
    return this
  }

  /** It returns this: the end. */
  result(value: unknown): this {
    return this.#end('WORKFLOW_EXECUTION_COMPLETED', 'workflowExecutionCompleted', {
      result: payloads(value),
    })
  }

  /** It begins anew with this: the end. */
  continueAsNew(workflow: string, argument: unknown): this {
    return this.#end('WORKFLOW_EXECUTION_CONTINUED_AS_NEW', 'workflowExecutionContinuedAsNew', {
      workflowType: { name: workflow },
      taskQueue,
      newExecutionRunId: 'run-2',
      input: payloads(argument),
    })
  }

  #end(eventType: string, attributes: string, fields: object): this {
    this.#add(eventType, attributes, { ...fields, workflowTaskCompletedEventId: this.#last })
    return this
  }

  get #last(): string {
    return String(this.events.length)
  }

  #add(eventType: string, attributes: string, fields: object): string {
    const eventId = String(this.events.length + 1)
    const eventTime = new Date(this.#now).toISOString()
    this.events.push({
      eventId,
      eventTime,
      eventType: `EVENT_TYPE_${eventType}`,
      [`${attributes}EventAttributes`]: fields,
    })
    return eventId
  }
}
