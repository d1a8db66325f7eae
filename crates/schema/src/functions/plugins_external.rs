//! Plugins that run code or ask other services.

use super::define::*;

pub(super) const FUNCTIONS: &[Function] = &[
    plugin(
        "python",
        &[gives_by(
            Returns::Custom,
            &[
                req("OutputSchema", T::TypeLiteral),
                req("Script", STRING),
                opt("Arguments", T::DynamicBag),
                opt("Artifacts", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Runs a Python script over the rows. Quarry runs no foreign code.",
        "range x from 1 to 3 step 1 | evaluate python(typeof(*, y:long), 'result = df')",
        "query/python-plugin",
    ),
    plugin(
        "r",
        &[gives_by(
            Returns::Custom,
            &[
                req("OutputSchema", T::TypeLiteral),
                req("Script", STRING),
                opt("Arguments", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Runs an R script over the rows. Quarry runs no foreign code.",
        "range x from 1 to 3 step 1 | evaluate r(typeof(*), 'result <- df')",
        "query/r-plugin",
    ),
    plugin(
        "csharp",
        &[gives_by(
            Returns::Custom,
            &[
                req("OutputSchema", T::TypeLiteral),
                req("Script", STRING),
                opt("Arguments", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Runs a C# script over the rows. Quarry runs no foreign code.",
        "range x from 1 to 3 step 1 | evaluate csharp(typeof(*), 'return input;')",
        "",
    ),
    plugin(
        "http_request",
        &[gives_by(
            Returns::Custom,
            &[
                req("Uri", STRING).constant(),
                opt("RequestHeaders", T::DynamicBag),
                opt("Options", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Asks a web service by GET. Queries of Quarry reach no network.",
        "evaluate http_request('https://example.com')",
        "query/http-request-plugin",
    ),
    plugin(
        "http_request_post",
        &[gives_by(
            Returns::Custom,
            &[
                req("Uri", STRING).constant(),
                opt("RequestHeaders", T::DynamicBag),
                opt("Options", T::DynamicBag),
                opt("Content", STRING).constant(),
            ],
        )],
    )
    .doc(
        "Asks a web service by POST. Queries of Quarry reach no network.",
        "evaluate http_request_post('https://example.com')",
        "query/http-request-post-plugin",
    ),
    plugin(
        "sql_request",
        &[gives_by(
            Returns::Custom,
            &[
                req("connection_string", STRING),
                req("sql_query", STRING),
                opt("sql_parameters", T::DynamicBag),
                opt("options", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Runs a query on SQL Server. Queries of Quarry reach no network.",
        "evaluate sql_request('Server=example', 'select 1')",
        "query/sql-request-plugin",
    ),
    plugin(
        "mysql_request",
        &[gives_by(
            Returns::Custom,
            &[
                req("connection_string", STRING),
                req("sql_query", STRING),
                opt("sql_parameters", T::DynamicBag),
                opt("options", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Runs a query on MySQL. Queries of Quarry reach no network.",
        "evaluate mysql_request('Server=example', 'select 1')",
        "query/mysql-request-plugin",
    ),
    plugin(
        "postgresql_request",
        &[gives_by(
            Returns::Custom,
            &[
                req("connection_string", STRING),
                req("sql_query", STRING),
                opt("sql_parameters", T::DynamicBag),
                opt("options", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Runs a query on PostgreSQL. Queries of Quarry reach no network.",
        "evaluate postgresql_request('Host=example', 'select 1')",
        "query/postgresql-request-plugin",
    ),
    plugin(
        "cosmosdb_sql_request",
        &[gives_by(
            Returns::Custom,
            &[
                req("connection_string", STRING),
                req("sql_query", STRING),
                opt("sql_parameters", T::DynamicBag),
                opt("options", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Runs a query on Cosmos DB. Queries of Quarry reach no network.",
        "evaluate cosmosdb_sql_request('AccountEndpoint=example', 'select 1')",
        "query/cosmosdb-plugin",
    ),
    plugin(
        "dax_request",
        &[gives_by(
            Returns::Custom,
            &[
                req("connection_string", STRING),
                req("dax_query", STRING),
                opt("dax_parameters", T::DynamicBag),
                opt("options", T::DynamicBag),
            ],
        )],
    )
    .doc(
        "Runs a DAX query on a semantic model. Queries of Quarry reach no network.",
        "evaluate dax_request('Data Source=example', 'evaluate T')",
        "",
    ),
    plugin(
        "azure_digital_twins_query_request",
        &[gives_by(Returns::Custom, &[req("endpoint", STRING), req("sql_query", STRING)])],
    )
    .doc(
        "Runs a query on Azure Digital Twins. Queries of Quarry reach no network.",
        "evaluate azure_digital_twins_query_request('https://example.com', 'select T from digitaltwins T')",
        "query/azure-digital-twins-query-request-plugin",
    ),
    plugin(
        "execute_query",
        &[gives_by(Returns::Custom, &[req("connection_string", STRING), req("query", STRING)])],
    )
    .doc(
        "Runs a query on another cluster. Queries of Quarry reach no network.",
        "evaluate execute_query('https://example.com', 'print 1')",
        "",
    ),
    plugin(
        "execute_show_command",
        &[gives_by(
            Returns::Custom,
            &[req("connection_string", STRING), req("command", STRING)],
        )],
    )
    .doc(
        "Runs a `.show` command on another cluster. Queries of Quarry reach no network.",
        "evaluate execute_show_command('https://example.com', '.show tables')",
        "",
    ),
    plugin(
        "infer_storage_schema",
        &[gives_by(Returns::Custom, &[req("Options", T::DynamicBag)])],
    )
    .doc(
        "The schema of files in storage, as text for an external table.",
        "evaluate infer_storage_schema(dynamic({'StorageContainers': ['https://example.com/c'], 'DataFormat': 'csv'}))",
        "query/infer-storage-schema-plugin",
    ),
    plugin(
        "infer_storage_schema_with_suggestions",
        &[gives_by(Returns::Custom, &[req("Options", T::DynamicBag)])],
    )
    .doc(
        "The schema of files in storage, with types that could be better.",
        "evaluate infer_storage_schema_with_suggestions(dynamic({'StorageContainers': ['https://example.com/c'], 'DataFormat': 'csv'}))",
        "query/infer-storage-schema-with-suggestions-plugin",
    ),
    plugin(
        "ai_embeddings",
        &[gives_by(
            Returns::Custom,
            &[
                req("Text", T::Scalar),
                req("ConnectionString", STRING),
                opt("Options", T::DynamicBag),
                opt("IncludeErrorMessages", BOOL),
            ],
        )],
    )
    .doc(
        "Embeds text by a language model. Queries of Quarry reach no network.",
        "evaluate ai_embeddings('text', 'https://example.com')",
        "query/ai-embeddings-plugin",
    ),
    plugin(
        "ai_embed_text",
        &[gives_by(
            Returns::Custom,
            &[
                req("Text", T::Scalar),
                req("ConnectionString", STRING),
                opt("Options", T::DynamicBag),
                opt("IncludeErrorMessages", BOOL),
            ],
        )],
    )
    .doc(
        "Older form of `ai_embeddings`.",
        "evaluate ai_embed_text('text', 'https://example.com')",
        "query/ai-embeddings-plugin",
    ),
    plugin(
        "ai_chat_completion",
        &[gives_by(
            Returns::Custom,
            &[
                req("Prompt", T::DynamicArray),
                req("ConnectionString", STRING),
                opt("Options", T::DynamicBag),
                opt("IncludeErrorMessages", BOOL),
            ],
        )],
    )
    .doc(
        "Asks a language model with a conversation. Queries of Quarry reach no network.",
        "evaluate ai_chat_completion(dynamic([{'role': 'user', 'content': 'hello'}]), 'https://example.com')",
        "query/ai-chat-completion-plugin",
    ),
    plugin(
        "ai_chat_completion_prompt",
        &[gives_by(
            Returns::Custom,
            &[
                req("Prompt", STRING),
                req("ConnectionString", STRING),
                opt("Options", T::DynamicBag),
                opt("IncludeErrorMessages", BOOL),
            ],
        )],
    )
    .doc(
        "Asks a language model with a prompt. Queries of Quarry reach no network.",
        "evaluate ai_chat_completion_prompt('hello', 'https://example.com')",
        "query/ai-chat-completion-prompt-plugin",
    ),
];
