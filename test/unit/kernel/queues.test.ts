import 'reflect-metadata'
import { DeadLetterQueue } from '#schema/ops/dead-letter.type.js'
import { QueueName } from '#schema/ops/queue.type.js'
import { ALL_QUEUES } from '#services/kernel/claim-loop/queues.js'

describe('queues', () => {
  it('have the same names in the list and in the API', () => {
    const codes = ALL_QUEUES.map(({ code }) => code)
    const lettered = ALL_QUEUES.filter(({ letter }) => letter !== null).map(({ code }) => code)
    expect(Object.keys(QueueName).toSorted()).toEqual(codes.toSorted())
    expect(Object.keys(DeadLetterQueue).toSorted()).toEqual(lettered.toSorted())
  })
})
