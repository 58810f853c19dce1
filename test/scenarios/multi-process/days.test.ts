import { rerunScenario } from './stories.js'

await rerunScenario('first-day', '../contract/providers/event-orders')
