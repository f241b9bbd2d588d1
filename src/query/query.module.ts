import { ConfigurableModuleBuilder, DynamicModule, Module, Type } from '@nestjs/common';
import { ApprovalsController } from './approved/approvals.controller.js';
import { ApprovalsService } from './approved/approvals.service.js';
import { ApprovedAnswers } from './approved/approved-answers.js';
import { PlanCheck } from './approved/plan-check.js';
import { Candidates } from './candidates.js';
import { Conversations } from './conversations.js';
import { DidYouMean } from './did-you-mean/did-you-mean.js';
import { ValueSearch } from './did-you-mean/value-search.js';
import { TypeCatalogue } from './encoding/type-catalogue.js';
import { CatalogueFacts } from './guard/catalogue-facts.js';
import { Fingerprints } from './guard/fingerprint.js';
import { Guard } from './guard/guard.js';
import { QueryAudit } from './query-audit.js';
import { QueryController } from './query.controller.js';
import { QueryQuota } from './query-quota.js';
import { QueryService } from './query.service.js';
import { StatementRunner } from './statement-runner.js';
import { BuiltinTranslator } from './translation/builtin/builtin-translator.js';
import { SqlTranslator } from './translation/sql-translator.js';
import { TranslatorPreparation } from './translator-preparation.js';

/** What an application may replace in the queries. */
export interface QueryExtras {
  /** Turns questions into SQL. Default: {@link BuiltinTranslator}. */
  translator?: Type<SqlTranslator>;
  /** Modules the translator takes its dependencies from. */
  imports?: DynamicModule['imports'];
}

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder()
  .setClassMethodName('forRoot')
  .setExtras<QueryExtras>({}, (definition, { translator, imports = [] }) => ({
    ...definition,
    imports: [...(definition.imports ?? []), ...imports],
    providers: [...(definition.providers ?? []), { provide: SqlTranslator, useClass: translator ?? BuiltinTranslator }],
  }))
  .build();

/** Questions and SQL. Needs the pools, sessions, schema and knowledge modules beside it. */
@Module({
  controllers: [QueryController, ApprovalsController],
  providers: [QueryService, QueryQuota, Candidates, StatementRunner, Conversations, TranslatorPreparation, QueryAudit, ApprovalsService, ApprovedAnswers, PlanCheck, DidYouMean, ValueSearch, Guard, Fingerprints, CatalogueFacts, TypeCatalogue],
  exports: [QueryService],
})
export class QueryModule extends ConfigurableModuleClass {}
