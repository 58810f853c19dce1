import { rerunScenario } from './stories.js'

await rerunScenario('first-day')
