// What the samples use of packages that are not installed here.

declare module 'undici' {
  export class EnvHttpProxyAgent {}
  export function setGlobalDispatcher(dispatcher: EnvHttpProxyAgent): void
}
