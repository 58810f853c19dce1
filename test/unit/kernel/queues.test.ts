import 'reflect-metadata'
// Modules add their queues.
import '#modules/all-declarations.js'
import { QueueName } from '#schema/ops/queue.type.js'
import { ALL_QUEUES } from '#services/kernel/claim-loop/queues.js'

describe('queues', () => {
  it('have the same names in the list and in the API', () => {
    const codes = ALL_QUEUES.map(({ code }) => code)
    expect(Object.keys(QueueName).toSorted()).toEqual(codes.toSorted())
  })
})
