import { answer } from '../answer.ts'
import type { Service, ServedRoute } from '../route.ts'

/** Whether the process answers at all. It tells nothing else, so that a supervisor needs no token. */
export const live: ServedRoute = {
  method: 'GET',
  path: '/v2/health/live',
  open: true,
  summary: 'the server answers',
  handle: async () => answer({ live: true }),
}

/** Whether models can be looked up. The protocol calls the field `live`, KServe calls it `ready`: both are there. */
export const ready: ServedRoute = {
  method: 'GET',
  path: '/v2/health/ready',
  open: false,
  summary: 'the models can be looked up',
  handle: async (_, service) => {
    const found = await canBeListed(service)
    return answer({ live: true, ready: found }, found ? 200 : 503)
  },
}

async function canBeListed({ models, report }: Service): Promise<boolean> {
  try {
    await models.names()
    return true
  } catch (error) {
    report(error)
    return false
  }
}
