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

impl UserFunction {
    /// Reads a stored function's text. `None` when it is no function.
    pub(crate) fn parse_stored(name: &str, stored: &StoredFunction) -> Option<UserFunction> {
        let parameters = stored.parameters.trim();
        let parameters = if parameters.is_empty() { "()" } else { parameters };
        let body = stored.body.trim();
        let braced = body.starts_with('{') && body.ends_with('}');
        let body = if braced { body.to_owned() } else { format!("{{\n{body}\n}}") };
        let parse = quarry_syntax::parse(&format!("let f = {parameters} {body};"));
        let declaration = parse.root()?.statements().find_map(|statement| match statement {
            ast::Statement::Let(declaration) => Some(declaration),
            _ => None,
        })?;
        let ast::Expr::Function(function) = declaration.value()? else {
            return None;
        };
        Some(UserFunction {
            name: name.to_owned(),
            parameters: function.parameters().collect(),
            body: function.body()?,
            env: Env::default(),
            kind: Kind::Scalar,
            view: false,
            stored: true,
        })
    }
}
