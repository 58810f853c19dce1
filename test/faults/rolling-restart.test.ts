import { describeRollingRestart } from '../support/rolling-restart.js'

describeRollingRestart({ rounds: 1, callers: 4, agents: 2 })
