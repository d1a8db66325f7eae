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
    .doc("", "", "query/python-plugin"),
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
    .doc("", "", "query/r-plugin"),
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
    .doc("", "", ""),
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
    .doc("", "", "query/http-request-plugin"),
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
    .doc("", "", "query/http-request-post-plugin"),
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
    .doc("", "", "query/sql-request-plugin"),
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
    .doc("", "", "query/mysql-request-plugin"),
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
    .doc("", "", "query/postgresql-request-plugin"),
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
    .doc("", "", "query/cosmosdb-plugin"),
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
    .doc("", "", ""),
    plugin(
        "azure_digital_twins_query_request",
        &[gives_by(Returns::Custom, &[req("endpoint", STRING), req("sql_query", STRING)])],
    )
    .doc("", "", "query/azure-digital-twins-query-request-plugin"),
    plugin(
        "execute_query",
        &[gives_by(Returns::Custom, &[req("connection_string", STRING), req("query", STRING)])],
    )
    .doc("", "", ""),
    plugin(
        "execute_show_command",
        &[gives_by(
            Returns::Custom,
            &[req("connection_string", STRING), req("command", STRING)],
        )],
    )
    .doc("", "", ""),
    plugin(
        "infer_storage_schema",
        &[gives_by(Returns::Custom, &[req("Options", T::DynamicBag)])],
    )
    .doc("", "", "query/infer-storage-schema-plugin"),
    plugin(
        "infer_storage_schema_with_suggestions",
        &[gives_by(Returns::Custom, &[req("Options", T::DynamicBag)])],
    )
    .doc("", "", "query/infer-storage-schema-with-suggestions-plugin"),
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
    .doc("", "", "query/ai-embeddings-plugin"),
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
    .doc("", "", ""),
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
    .doc("", "", "query/ai-chat-completion-plugin"),
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
    .doc("", "", "query/ai-chat-completion-prompt-plugin"),
];
