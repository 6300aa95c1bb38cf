/** Starts DynamoDB Local, tells its parent the pid of the Java and waits to be killed. */
import { startDynamoDb } from '../../../local/dynamodb/start-dynamodb.ts';

const { pid } = await startDynamoDb();
process.send?.({ pid });
