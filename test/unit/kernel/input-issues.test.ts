import { z } from 'zod'
import { refused, refusedInput } from '#services/kernel/denials/denial.js'
import { inputIssues } from '#services/kernel/validation/input-issues.js'

const schema = z.object({
  email: z.email('The email address is not valid.'),
  tags: z.array(z.string().max(3, 'Too long.')),
})

describe('issues of an input', () => {
  it('contain every problem with its path and code', () => {
    const issues = inputIssues(schema, { email: 'nobody', tags: ['abc', 'long'] }, { email: 'INVALID_EMAIL' })
    expect(issues).toEqual([
      { path: ['email'], code: 'INVALID_EMAIL', message: 'The email address is not valid.' },
      { path: ['tags', 1], code: 'INVALID_PARAMETERS', message: 'Too long.' },
    ])
    expect(refusedInput([issues[0]!, issues[1]!])).toMatchObject({
      code: 'INVALID_PARAMETERS',
      field: 'email',
      message: 'The email address is not valid. Too long.',
      issues,
    })
  })

  it('are empty for a valid input', () => {
    expect(inputIssues(schema, { email: 'ann@example.com', tags: [] })).toEqual([])
  })

  it('have one code if all problems have it', () => {
    const [first] = inputIssues(schema, { email: 'nobody', tags: [] }, { email: 'INVALID_EMAIL' })
    expect(refusedInput([first!]).code).toBe('INVALID_EMAIL')
  })

  it('are made from the field of a denial', () => {
    expect(refused('INVALID_AMOUNT', 'No.', { field: 'command.logs.limit' }).issues).toEqual([
      { path: ['command', 'logs', 'limit'], code: 'INVALID_AMOUNT', message: 'No.' },
    ])
    expect(refused('INVALID_TRANSITION', 'No.').issues).toEqual([])
  })
})
