// GraphiQL as the persona the page names: its settings stand in the element `settings` as JSON.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { parse, print } from 'graphql';
import { createRoot } from 'react-dom/client';
import 'graphiql/graphiql.css';

const { headers, connectionParams, query } = JSON.parse(document.getElementById('settings').textContent);
const socket = new URL('/graphql/ws', location.href);
socket.protocol = socket.protocol.replace('http', 'ws');
const fetcher = createGraphiQLFetcher({
  url: '/graphql',
  subscriptionUrl: socket.href,
  wsConnectionParams: connectionParams,
});

createRoot(document.getElementById('graphiql')).render(
  <GraphiQL
    fetcher={fetcher}
    defaultHeaders={JSON.stringify(headers, null, 2)}
    // Headers carry the persona's token: another persona's must not come back from the browser's memory.
    headers={JSON.stringify(headers, null, 2)}
    shouldPersistHeaders={false}
    defaultQuery={print(parse(query))}
    isHeadersEditorEnabled
  />,
);
