import { IsOptional, IsString, MaxLength, Validate, type ValidationArguments, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { parseTablesFilter } from './tables-filter.js';

@ValidatorConstraint({ name: 'tablesFilter' })
class IsTablesFilter implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return faultIn(value) === undefined;
  }

  defaultMessage({ property, value }: ValidationArguments): string {
    return `${property} ${faultIn(value) ?? 'is not valid'}`;
  }
}

function faultIn(value: unknown): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  try {
    parseTablesFilter(value);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What to show of a schema. */
export class SchemaQuery {
  /**
   * Names separated by commas; everything when left out. `orders` is that table in any schema, `sales.orders` in one;
   * `*` stands for any text (`order*`, `sales.*`). Case is ignored unless a name is quoted: `"Order Items"`.
   *
   * @example 'orders,sales.*'
   */
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  @Validate(IsTablesFilter)
  tables?: string;
}
