// biome-ignore-all lint/suspicious/noExplicitAny: these packages declare it so
// What the samples use of packages that are not installed here, as those packages declare it.

declare module 'undici' {
  export class EnvHttpProxyAgent {}
  export function setGlobalDispatcher(dispatcher: EnvHttpProxyAgent): void
}

declare module 'express' {
  interface Request {
    body: any
    params: { id: string }
  }
  interface Response {
    status(code: number): this
    location(url: string): this
    json(body: unknown): this
    on(event: 'close', listener: () => void): this
    writeHead(status: number, headers: Record<string, string>): this
    write(text: string): boolean
    end(): this
  }
  type Handler = (request: Request, response: Response) => unknown
  interface Application {
    get(path: string, ...handlers: Handler[]): this
    post(path: string, ...handlers: Handler[]): this
    listen(port: number): unknown
  }
  function express(): Application
  namespace express {
    function json(): Handler
  }
  export default express
}

declare module '@tanstack/react-query' {
  interface QueryOptions<Data> {
    queryKey: readonly unknown[]
    queryFn: (context: { signal: AbortSignal }) => Promise<Data>
    refetchInterval: (query: { state: { data: Data | undefined } }) => number | false
  }
  export function queryOptions<Data>(options: QueryOptions<Data>): QueryOptions<Data>
}

declare module '@aws-sdk/client-dynamodb' {
  export class DynamoDBClient {}
}

declare module '@aws-sdk/lib-dynamodb' {
  import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
  export class GetCommand {
    constructor(input: { TableName: string; Key: Record<string, unknown>; ConsistentRead?: boolean })
  }
  export class PutCommand {
    private readonly put: true
    constructor(input: {
      TableName: string
      Item: Record<string, unknown>
      ConditionExpression?: string
      ExpressionAttributeValues?: Record<string, unknown>
    })
  }
  export class DynamoDBDocumentClient {
    static from(client: DynamoDBClient): DynamoDBDocumentClient
    send(command: PutCommand): Promise<unknown>
    send(command: GetCommand): Promise<{ Item?: Record<string, any> }>
  }
}

declare module 'workflow' {
  export function sleep(until: Date | string): Promise<void>
}

declare module 'mongodb' {
  interface Collection<Document> {
    updateOne(
      filter: Partial<Document>,
      update: { $set?: Partial<Document>; $setOnInsert?: Partial<Document> },
      options?: { upsert: boolean },
    ): Promise<unknown>
    findOneAndUpdate(filter: object, update: { $set: Partial<Document> }): Promise<Document | null>
    deleteOne(filter: Partial<Document>): Promise<unknown>
  }
  export class MongoClient {
    constructor(url: string)
    db(name: string): { collection<Document>(name: string): Collection<Document> }
  }
}

declare module 'pino' {
  type Log = (fields: object, message: string) => void
  export function pino(): Record<'debug' | 'info' | 'warn' | 'error', Log>
}

declare module '@opentelemetry/api' {
  type Attributes = Record<string, string | number>
  interface Span {
    addEvent(name: string, attributes?: Attributes): this
    setAttribute(name: string, value: string | number): this
    setAttributes(attributes: Attributes): this
    setStatus(status: { code: SpanStatusCode }): this
    end(endTime?: number): void
  }
  interface Tracer {
    startSpan(name: string, options?: { startTime?: number; attributes?: Attributes }): Span
    startActiveSpan<Result>(
      name: string,
      options: { attributes?: Attributes },
      work: (span: Span) => Result,
    ): Result
  }
  export enum SpanStatusCode {
    ERROR = 2,
  }
  export const trace: { getTracer(name: string): Tracer }
}
