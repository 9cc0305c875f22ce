// The module as @cloudflare/workers-types declares it, without the globals, which are not those of Node.
declare module 'cloudflare:workers' {
  import { CloudflareWorkersModule } from '@cloudflare/workers-types'
  export import WorkflowEntrypoint = CloudflareWorkersModule.WorkflowEntrypoint
  export type WorkflowEvent<Payload> = CloudflareWorkersModule.WorkflowEvent<Payload>
  export type WorkflowStep = CloudflareWorkersModule.WorkflowStep
}
