import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Timer, Timers } from '#services/kernel/time/timers.js'
import type { Limits } from '../options.js'
import { SlowBodies } from './slow-bodies.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Verifies by its headers the sender of a body that arrives slowly, and returns its ID. Throws for an unknown sender.
     * Default: slow bodies are refused.
     */
    slowSender?: (request: FastifyRequest) => Promise<string>
  }
  interface FastifyRequest {
    /** Time at which the headers had arrived, by the process's own clock. A signed time is compared with it: the body can take minutes. */
    arrivedAt: number
  }
}

/** The end of a body that takes too long. */
export class SlowBody extends Error {
  /** 503 for a verified sender, which repeats its request. */
  constructor(
    readonly statusCode: 408 | 503,
    message: string,
  ) {
    super(message)
  }
}

/**
 * Limits the time of bodies. Node.js has one limit for all requests of a server; here the sender decides it. Unknown senders
 * have `requestMilliseconds`. Only the body of a verified sender can take longer.
 * @param releaseRoom frees the room that the announced body takes in memory
 */
export function limitBodyTime(
  app: FastifyInstance,
  timers: Timers,
  limits: Limits,
  releaseRoom: (request: FastifyRequest) => void,
): void {
  const slow = new SlowBodies(timers, limits)

  const holdLate = async (request: FastifyRequest, reply: FastifyReply, begin: { at: number; bytes: number }) => {
    const { raw } = request
    const { slowSender } = request.routeOptions.config
    if (!slowSender || reply.sent) return cut(request, reply, new SlowBody(408, 'The request took too long to arrive.'))
    const sender = await slowSender(request)
    if (isOver(request)) return
    releaseRoom(request)
    slow.hold(request, reply, {
      sender,
      address: request.ip,
      received: raw.socket.bytesRead - begin.bytes,
      beganAt: begin.at,
      cut: () => cut(request, reply, new SlowBody(503, 'The request arrived too slowly. Send it again.')),
    })
  }

  app.decorateRequest('arrivedAt', 0)
  app.addHook('onRequest', (request, reply, done) => {
    request.arrivedAt = timers.now()
    const { raw } = request
    if (hasBody(request) && !raw.complete) {
      const begin = { at: timers.monotonic(), bytes: raw.socket.bytesRead }
      let timer: Timer
      const wait = (): void => {
        timer = timers.setTimeout(() => {
          // The body waits for room: the sender is not slow.
          if (raw.readableFlowing === null && !reply.sent) return wait()
          if (!isOver(request)) holdLate(request, reply, begin).catch((error: Error) => cut(request, reply, error))
        }, limits.requestMilliseconds)
      }
      wait()
      const stop = () => timers.clearTimeout(timer)
      raw.once('end', stop).once('close', stop)
    }
    done()
  })
}

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const isOver = ({ raw }: FastifyRequest): boolean => raw.complete || raw.destroyed

/** Ends a request whose body is still arriving. */
function cut(request: FastifyRequest, reply: FastifyReply, error: Error): void {
  const { raw } = request
  if (isOver(request)) return
  if (reply.sent) {
    raw.destroy()
    return
  }
  reply.header('connection', 'close')
  // The reader of the body passes the error on. Destroying the request would close the connection before the response.
  if (raw.listenerCount('error') > 0) raw.emit('error', error)
  else reply.send(error)
}
