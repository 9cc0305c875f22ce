import { createVendorSimulator } from 'export-jobs/testing'
import { getResponse } from 'msw'
import { setupServer } from 'msw/node'

const simulator = createVendorSimulator()
export const server = setupServer(...simulator.handlers)
export const respond = (request: Request) => getResponse(simulator.tyk.handlers, request)
