import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { documentAccess } from './access/document-access.js';

const DESCRIPTION = `Ask PostgreSQL databases questions in plain English or SQL.

Connect once with \`POST /api/v1/database/connect\`, then send the \`session_id\` in the body or as the header \`X-Session-Id\`.
Where a default database is configured, requests work without a session. Where the operator has given out API keys, every request needs one. Errors are RFC 9457 problems with a permanent \`code\`.`;

/** The OpenAPI document of the service. */
export function openApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('DatabaseAI')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Session-Id', description: 'The session_id of connect' }, 'session')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API key, where the operator has given any out; for statistics and metrics ADMIN_TOKEN, where one is set' }, 'bearer')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key, where Authorization is taken by something else' }, 'key');
  return documentAccess(SwaggerModule.createDocument(app, builder.build()));
}

/** Serves Swagger UI at `/docs`, all of it from this process, and the document at `/openapi.json`. */
export function setUpSwagger(app: NestFastifyApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: undefined,
    customSiteTitle: 'DatabaseAI',
    // The session id and the key typed into "Authorize" must not outlive the page.
    swaggerOptions: { persistAuthorization: false, tryItOutEnabled: true, displayRequestDuration: true },
  });
}
