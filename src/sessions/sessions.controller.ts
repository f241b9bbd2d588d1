import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiSecurity, ApiTags } from '@nestjs/swagger';
import { Context, type RequestContext } from '../access/request-context.js';
import { ApiProblems } from '../problems/api-problems.js';
import { describeSession } from './describe-session.js';
import type { Session } from './session.js';
import { ConnectDto, ConnectedDto, DisconnectedDto, SessionIdDto, SessionInfoDto } from './session.dto.js';
import { SessionsService } from './sessions.service.js';

@ApiTags('database')
@Controller('database')
export class SessionsController {
  constructor(private readonly sessions: SessionsService) {}

  /** Connects to a database and opens a session. */
  @Post('connect')
  @HttpCode(200)
  @ApiOperation({ summary: 'Connect', description: 'Proves the credentials with a real handshake and opens a session. Sessions with the same credentials share one pool; a different password never reaches an existing one.' })
  @ApiProblems('VALIDATION_FAILED', 'AUTHENTICATION_FAILED', 'HOST_NOT_ALLOWED', 'ROLE_NOT_ALLOWED', 'WRITES_NOT_ALLOWED', 'PERMISSION_DENIED', 'DATABASE_NOT_FOUND', 'TOO_MANY_REQUESTS', 'TOO_MANY_SESSIONS', 'DATABASE_UNAVAILABLE')
  @ApiBody({
    type: ConnectDto,
    examples: {
      'the demo’s database': { value: { host: 'localhost', port: 15432, database: 'shop', username: 'shop_reader', password: 'demo' } },
      'a database with verified TLS': { value: { host: 'db.example.com', port: 5432, database: 'my_database', username: 'reader', password: 'the role’s password', ssl: 'verify-full' } },
    },
  })
  async connect(@Body() body: ConnectDto, @Context() context: RequestContext): Promise<ConnectedDto> {
    const { session, info } = await this.sessions.connect(body, context);
    return {
      success: true, message: 'Connection successful', database_info: info, session_id: session.id,
      expires_at: new Date(session.expiresAt).toISOString(), read_only: session.readOnly, request_id: context.requestId,
    };
  }

  /** Ends the session now. */
  @Post('disconnect')
  @HttpCode(200)
  @ApiSecurity('session')
  @ApiOperation({ summary: 'Disconnect', description: 'Ends the session now: its waiting requests fail and its running statements are cancelled.' })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'SESSION_NOT_FOUND')
  @ApiBody({ type: SessionIdDto, examples: { 'session in the header': { value: {} }, 'session in the body': { value: { session_id: 'the session_id of connect' } } } })
  async disconnect(@Body() body: SessionIdDto, @Context() context: RequestContext): Promise<DisconnectedDto> {
    await this.sessions.disconnect(body?.session_id, context);
    return { success: true, message: 'Disconnected', request_id: context.requestId };
  }

  /** What the session is. */
  @Get('session')
  @ApiSecurity('session')
  @ApiOperation({ summary: 'Session', description: 'What the session named by the header X-Session-Id is. Counts as a use: it moves the expiry.' })
  @ApiProblems('SESSION_REQUIRED', 'SESSION_NOT_FOUND')
  async info(@Context() context: RequestContext): Promise<SessionInfoDto> {
    return told(await this.sessions.session(undefined, context), context);
  }

  /** Keeps the session alive. */
  @Post('ping')
  @HttpCode(200)
  @ApiSecurity('session')
  @ApiOperation({ summary: 'Keep alive', description: 'Moves the expiry of the session. Its pool may be closed meanwhile and is rebuilt unseen by the next statement.' })
  @ApiProblems('VALIDATION_FAILED', 'SESSION_REQUIRED', 'SESSION_NOT_FOUND')
  @ApiBody({ type: SessionIdDto, examples: { 'session in the header': { value: {} }, 'session in the body': { value: { session_id: 'the session_id of connect' } } } })
  async ping(@Body() body: SessionIdDto, @Context() context: RequestContext): Promise<SessionInfoDto> {
    return told(await this.sessions.session(body?.session_id, context), context);
  }
}

function told(session: Session, { requestId }: RequestContext): SessionInfoDto {
  return { success: true, ...describeSession(session), read_only: session.readOnly, request_id: requestId };
}
