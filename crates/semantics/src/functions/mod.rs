//! Functions that the query declares (`let f = (…) { … }`) and functions kept in the catalogue: filled in where they are called.

mod arguments;
mod calls;

use quarry_syntax::ast;

use crate::catalog::StoredFunction;
use crate::kinds::Kind;
use crate::scope::Env;

/// A function with the names that its body sees.
pub(crate) struct UserFunction {
    pub name: String,
    pub parameters: Vec<ast::Parameter>,
    pub body: ast::Block,
    pub env: Env,
    /// Whether a call gives a table or a scalar.
    pub kind: Kind,
    /// Declared with `view`: wildcards and `union` treat it like a table.
    pub view: bool,
    /// Its text is not part of the query: places in it are reported at the call.
    pub stored: bool,
}

/// The text of a stored function, read.
#[derive(Clone)]
pub(crate) struct StoredText {
    pub parameters: Vec<ast::Parameter>,
    pub body: ast::Block,
}

impl StoredText {
    /// # Errors
    /// Says what is wrong with the text.
    pub(crate) fn parse(stored: &StoredFunction) -> Result<StoredText, String> {
        let parameters = stored.parameters.trim();
        let parameters = if parameters.is_empty() { "()" } else { parameters };
        let body = stored.body.trim();
        let braced = body.starts_with('{') && body.ends_with('}');
        let body = if braced { body.to_owned() } else { format!("{{\n{body}\n}}") };
        let parse = quarry_syntax::parse(&format!("let f = {parameters} {body};"));
        if let Some(error) = parse.diagnostics().iter().find(|diagnostic| diagnostic.is_error()) {
            return Err(error.message.clone());
        }
        let declaration = parse
            .root()
            .into_iter()
            .flat_map(|root| root.statements())
            .find_map(|statement| match statement {
                ast::Statement::Let(declaration) => declaration.value(),
                _ => None,
            });
        match declaration {
            Some(ast::Expr::Function(function)) => match function.body() {
                Some(body) => Ok(StoredText {
                    parameters: function.parameters().collect(),
                    body,
                }),
                None => Err("it has no body".to_owned()),
            },
            _ => Err("it is not a function".to_owned()),
        }
    }
}
