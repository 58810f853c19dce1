import { jest } from '@jest/globals'
import { describeRollingRestart } from '../support/rolling-restart.js'

jest.setTimeout(900_000)
describeRollingRestart({ rounds: 4, callers: 16, agents: 6 })
