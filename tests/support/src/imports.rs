//! A file of a crate imports only files that do not import it, directly or through others.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, VisRestricted};

use crate::repository;

/// A path as it is written, a name a segment.
type Names = Vec<String>;

/// A module of a crate: a file, or a part of one.
struct Module {
    file: PathBuf,
    parent: Option<usize>,
    children: HashMap<String, usize>,
    /// The names that `use` brings in, and what they stand for.
    aliases: HashMap<String, Names>,
    /// Every path that stands in it.
    paths: Vec<Names>,
}

/// The modules of a crate; the first is its root.
struct Crate(Vec<Module>);

impl Crate {
    fn read(root: &Path) -> Self {
        let mut modules = Self(Vec::new());
        modules.read_file(root, root.parent().unwrap(), None);
        modules
    }

    /// Reads a module that is a file. The files of its modules are in the directory.
    fn read_file(&mut self, file: &Path, directory: &Path, parent: Option<usize>) -> usize {
        let text = fs::read_to_string(file).unwrap();
        let items = syn::parse_file(&text).expect("a file of Rust").items;
        self.read_items(file, directory, parent, &items)
    }

    fn read_items(
        &mut self,
        file: &Path,
        directory: &Path,
        parent: Option<usize>,
        items: &[Item],
    ) -> usize {
        let mut found = Found::default();
        for item in items {
            found.visit_item(item);
        }
        let this = self.0.len();
        self.0.push(Module {
            file: file.to_owned(),
            parent,
            children: HashMap::new(),
            aliases: found.aliases,
            paths: found.paths,
        });
        for module in found.modules {
            let name = module.ident.to_string();
            let directory = directory.join(&name);
            let child = if let Some((_, items)) = &module.content {
                self.read_items(file, &directory, Some(this), items)
            } else {
                let files = [directory.with_extension("rs"), directory.join("mod.rs")];
                // With `#[path]` it is a file of another crate, which is tried as that.
                let Some(file) = files.iter().find(|file| file.exists()) else {
                    continue;
                };
                self.read_file(file, &directory, Some(this))
            };
            self.0[this].children.insert(name, child);
        }
        this
    }

    /// The module that a path leads to from a module, unless it leads out of the crate.
    fn resolve(&self, from: usize, path: &[String]) -> Option<usize> {
        let (first, rest) = path.split_first()?;
        let module = match first.as_str() {
            "crate" => 0,
            "self" => from,
            "super" => self.0[from].parent?,
            name => *self.0[from].children.get(name)?,
        };
        Some(self.descend(module, rest))
    }

    fn descend(&self, module: usize, path: &[String]) -> usize {
        let Some((first, rest)) = path.split_first() else {
            return module;
        };
        if first == "super" {
            return self.descend(self.0[module].parent.unwrap(), rest);
        }
        if let Some(child) = self.0[module].children.get(first) {
            return self.descend(*child, rest);
        }
        // Who imports what a module only hands on imports it from where it is.
        let alias = self.0[module].aliases.get(first);
        let origin = alias.and_then(|origin| self.resolve(module, &[origin, rest].concat()));
        origin.unwrap_or(module)
    }

    /// The files, each with those that it imports.
    fn imports(&self) -> BTreeMap<&Path, BTreeSet<&Path>> {
        let mut imports = BTreeMap::<_, BTreeSet<_>>::new();
        for (from, module) in self.0.iter().enumerate() {
            let imported = imports.entry(module.file.as_path()).or_default();
            let targets = module
                .paths
                .iter()
                .filter_map(|path| self.resolve(from, path));
            let files = targets.map(|target| self.0[target].file.as_path());
            imported.extend(files.filter(|file| *file != module.file));
        }
        imports
    }

    /// The imports of which circles are made; none if every file can be put above those that it imports.
    fn circles(&self) -> Vec<String> {
        let imports = self.imports();
        let leads_to = |from, to| {
            let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
            while let Some(file) = next.pop() {
                if seen.insert(file) {
                    next.extend(&imports[file]);
                }
            }
            seen.contains(to)
        };
        let mut circles = Vec::new();
        for (file, imported) in &imports {
            for imported in imported
                .iter()
                .filter(|imported| leads_to(**imported, *file))
            {
                circles.push(format!("{} imports {}", file.display(), imported.display()));
            }
        }
        circles
    }
}

/// What stands in a module, but not in the modules inside.
#[derive(Default)]
struct Found {
    aliases: HashMap<String, Names>,
    paths: Vec<Names>,
    modules: Vec<ItemMod>,
}

impl Found {
    fn import(&mut self, mut path: Names, tree: &UseTree) {
        let (name, alias) = match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                return self.import(path, &step.tree);
            }
            UseTree::Group(group) => {
                return group
                    .items
                    .iter()
                    .for_each(|tree| self.import(path.clone(), tree));
            }
            UseTree::Glob(_) => return self.paths.push(path),
            UseTree::Name(name) => (&name.ident, &name.ident),
            UseTree::Rename(rename) => (&rename.ident, &rename.rename),
        };
        if name != "self" {
            path.push(name.to_string());
        }
        self.aliases.insert(alias.to_string(), path.clone());
        self.paths.push(path);
    }
}

impl Visit<'_> for Found {
    fn visit_item_use(&mut self, item: &ItemUse) {
        self.import(Vec::new(), &item.tree);
    }

    fn visit_item_mod(&mut self, module: &ItemMod) {
        self.modules.push(module.clone());
    }

    fn visit_path(&mut self, path: &syn::Path) {
        // A single name is one of this module.
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let names = path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string());
            self.paths.push(names.collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &Macro) {
        // Strings, and so documentation, do not import: what stands between quotes.
        let tokens = called.tokens.to_string();
        let tokens = tokens.replace("\\\"", "").replace("'\"'", "");
        let tokens: Vec<_> = tokens.split('"').step_by(2).collect();
        let tokens = tokens.join(" ").replace(" :: ", "::");
        let is_name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
        for path in tokens.split(|letter| !is_name(letter)) {
            if path.contains("::") {
                self.paths
                    .push(path.split("::").map(str::to_owned).collect());
            }
        }
        visit::visit_macro(self, called);
    }

    // These do not import: `#[attribute]` and `pub(super)`.
    fn visit_attribute(&mut self, _: &Attribute) {}
    fn visit_vis_restricted(&mut self, _: &VisRestricted) {}
}

/// The roots of the crates in a directory, those with more than one file.
fn roots(directory: &Path) -> Vec<PathBuf> {
    let mut roots = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            roots.extend(self::roots(&path));
        } else if name == "lib.rs" || name == "main.rs" {
            roots.push(path);
        }
    }
    roots
}

#[test]
fn no_files_of_this_repository_import_each_other() {
    let roots = roots(&repository::path(""));
    assert!(roots.len() > 6);
    let circles: Vec<_> = roots
        .iter()
        .flat_map(|root| Crate::read(root).circles())
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn files_that_import_each_other_are_found() {
    let directory = std::env::temp_dir().join(format!("imports-{}", std::process::id()));
    let circles = |files: &[(&str, &str)]| {
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(directory.join("a")).unwrap();
        for (name, text) in files {
            fs::write(directory.join(name), text).unwrap();
        }
        Crate::read(&directory.join("lib.rs")).circles().len()
    };
    let root = (
        "lib.rs",
        "mod a; mod b; pub use a::A; pub use b::{B, C as D};",
    );
    assert_eq!(circles(&[root, ("a.rs", "use crate::B;"), ("b.rs", "")]), 0);
    assert_eq!(
        circles(&[
            root,
            ("a.rs", "use crate::D;"),
            ("b.rs", "fn f() { super::A }")
        ]),
        2
    );
    assert_eq!(
        circles(&[
            root,
            ("a.rs", "use super::b::*;"),
            ("b.rs", "const X: X = m!(a, crate::a::X);")
        ]),
        2
    );
    let documented = "m! { /// [`X`](crate::a::X), \"quoted\"\n const X: X = 1; }";
    assert_eq!(
        circles(&[root, ("a.rs", "use super::b;"), ("b.rs", documented)]),
        0
    );
    let parent = ("a.rs", "mod c; struct A; fn f() { c::f() }");
    assert_eq!(
        circles(&[root, parent, ("a/c.rs", "use super::A;"), ("b.rs", "")]),
        2
    );
    assert_eq!(
        circles(&[root, parent, ("a/c.rs", "pub(super) fn f();"), ("b.rs", "")]),
        0
    );
}
