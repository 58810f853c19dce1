import { rerunScenario } from './stories.js'

await rerunScenario('first-day', 'addons', 'dunning', 'yearly-to-monthly', '../contract/providers/event-orders')
