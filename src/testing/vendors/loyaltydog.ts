import { randomUUID } from 'node:crypto'
import { bearerOf, createRateWindow, createTokenStore, unsignedJwt } from '../access.ts'
import { invalidInput, json, objectOf } from '../answers.ts'
import { createBucket } from '../files.ts'
import {
  createVendorCore,
  type Simulated,
  type StartableVendor,
  type StoredExport,
  type World,
} from '../simulated-vendor.ts'

/** LoyaltyDog's gift-card audit log exports, simulated. */
export interface SimulatedLoyaltyDog extends StartableVendor {
  /** An `ld_` key, which is accepted too. It has its own limits and error bodies. */
  readonly apiKey: string
  /** Whether the subscription is active; else every request gets 402 `api_subscription_inactive`. Default `true`. */
  subscribed: boolean
  /** How many requests an `ld_` key has in a month; further ones get 429 `monthly_quota_exceeded`. Default 10,000. */
  monthlyQuota: number
}

const minute = 60_000
const baseUrl = 'https://api.loyalty.dog'

/**
 * LoyaltyDog uses Celery: an unknown id is reported as pending forever. The finished file is at a presigned S3 URL, which
 * is signed anew for each status request.
 */
export function createSimulatedLoyaltyDog(world: World): Simulated<SimulatedLoyaltyDog> {
  const now = () => world.clock.now()
  const core = createVendorCore(world, {
    vendor: 'loyaltydog',
    baseUrl,
    mint: (serial) => unsignedJwt(baseUrl, serial),
  })
  const keys = createTokenStore((serial) => `ld_simulated_${String(serial).padStart(24, '0')}`, now)
  const bucket = createBucket(world, 'loyaltydog', baseUrl)
  /** The format that each export was started with. */
  const formats = new WeakMap<StoredExport, 'csv' | 'json'>()
  const perMinute = createRateWindow(() => 60, minute, now)
  const perHour = createRateWindow(() => 1000, 60 * minute, now)
  const perMonth = createRateWindow(() => vendor.monthlyQuota, 30 * 24 * 60 * minute, now)
  const expireToken = () => {
    core.tokens.expire()
    keys.expire()
  }

  const vendor: SimulatedLoyaltyDog = core.vendor({
    subscribed: true,
    monthlyQuota: 10_000,
    get apiKey() {
      return keys.current
    },
    expireToken,
  })

  core.route('POST', ['*/v2/giftcards/audit-logs/export'], async (request) => {
    const denied = deny(request)
    if (denied) return denied
    const body = await objectOf(request)
    if (!body) return invalidInput(['body'], 'Input should be a valid dictionary', 'model_attributes_type')
    if (![undefined, 'csv', 'json'].includes(body.format as string | undefined)) {
      return invalidInput(['body', 'format'], "Input should be 'csv' or 'json'", 'literal_error')
    }
    const job = core.put()
    formats.set(job, body.format === 'json' ? 'json' : 'csv')
    return json(statusOf(job, request), 202)
  })
  core.route('GET', ['*/v2/giftcards/audit-logs/export/:id'], (request, { id = '' }) => {
    const job = core.exports.get(id)
    core.beforeStatus(id, expireToken)
    const denied = deny(request)
    if (denied) return denied
    if (!job) return json({ taskId: id, status: 'pending', downloadUrl: null, error: null })
    if (core.moment(job).phase === 'missing') return failure(request, 404, 'not_found', 'Task not found')
    return json(statusOf(job, request), 200, core.statusHeaders(job))
  })
  core.route('GET', [bucket.path], bucket.serve)
  core.route('all', ['*/loyaltydog/*', 'https://api.loyalty.dog/*'], (request) =>
    failure(request, 404, 'not_found', 'Not Found'),
  )

  function deny(request: Request): Response | undefined {
    const token = bearerOf(request)
    if (token === undefined) return failure(request, 401, 'unauthorized', 'Not authenticated')
    const isKey = token.startsWith('ld_')
    if (!(isKey ? keys : core.tokens).accepts(token)) {
      return failure(request, 401, 'unauthorized', 'Could not validate credentials')
    }
    if (!vendor.subscribed) {
      return failure(request, 402, 'api_subscription_inactive', 'The API subscription is not active')
    }
    if (!isKey) return undefined
    if (!perMonth(token).allowed) {
      return failure(request, 429, 'monthly_quota_exceeded', 'The monthly quota of this key is spent')
    }
    const limited = [perMinute(token), perHour(token)].filter((decision) => !decision.allowed)
    if (limited.length === 0) return undefined
    const wait = String(Math.max(...limited.map((decision) => decision.reset)))
    return failure(request, 429, 'rate_limit_exceeded', 'Too many requests', { 'retry-after': wait })
  }

  function statusOf(job: StoredExport, request: Request): unknown {
    const { phase } = core.moment(job)
    const words = {
      missing: 'pending',
      pending: 'pending',
      running: job.script.status ?? 'processing',
      completed: 'success',
      failed: 'failure',
      canceled: 'REVOKED',
    }
    const { error = phase === 'failed' ? 'Export task failed' : null } = job.script
    return {
      taskId: job.id,
      status: words[phase],
      downloadUrl: phase === 'completed' ? bucket.presign(request, job, formats.get(job) ?? 'csv').url : null,
      error: phase === 'failed' || phase === 'canceled' ? error : null,
    }
  }

  return { vendor, routes: core.routes }
}

function failure(
  request: Request,
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  if (bearerOf(request)?.startsWith('ld_')) {
    return json({ code, message, request_id: `req_${randomUUID().replaceAll('-', '')}` }, status, headers)
  }
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  return json({ detail: status === 402 || status === 429 ? code : message }, status, {
    ...challenge,
    ...headers,
  })
}
