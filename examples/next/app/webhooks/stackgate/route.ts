import { verifyWebhookRequest, WebhookError } from '@stackgate/client/webhooks'

/** Receives events. Deliveries can be repeated: store `event.id`, and handle each event once. */
export async function POST(request: Request): Promise<Response> {
  try {
    const event = await verifyWebhookRequest(request, process.env.STACKGATE_WEBHOOK_SECRET ?? '')
    console.log('event', event.id, event.type)
    return new Response(null, { status: 204 })
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error
    return Response.json({ reason: error.reason, message: error.message }, { status: 400 })
  }
}
