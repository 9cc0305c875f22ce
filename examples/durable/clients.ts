// The clients, by the names that waits are added with. The producer starts exports with them, the workers poll.
import { createAnacondaClient } from 'export-jobs/anaconda'
import { createDidomiClient } from 'export-jobs/didomi'
import { createLoyaltyDogClient } from 'export-jobs/loyaltydog'
import { createTykClient } from 'export-jobs/tyk'

const { env } = process

export const clients = {
  tyk: createTykClient({ baseUrl: env.TYK_BASE_URL ?? '', token: env.TYK_TOKEN ?? '' }),
  anaconda: createAnacondaClient({ baseUrl: env.ANACONDA_BASE_URL, token: env.ANACONDA_TOKEN ?? '' }),
  loyaltydog: createLoyaltyDogClient({ baseUrl: env.LOYALTYDOG_BASE_URL, token: env.LOYALTYDOG_TOKEN ?? '' }),
  didomi: createDidomiClient({
    baseUrl: env.DIDOMI_BASE_URL,
    token: env.DIDOMI_TOKEN ?? '',
    organizationId: env.DIDOMI_ORGANIZATION_ID ?? '',
  }),
}

export const connection = { url: env.REDIS_URL ?? 'redis://127.0.0.1:6379' }
