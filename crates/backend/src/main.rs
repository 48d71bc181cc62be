//! The command line: `serve`, `backup`, `demo`, `openapi`.
//!
//! This reads the arguments only; the library does the work.

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use axum::Router;
use damage_report_backend::{
    app::App,
    backup, claim_list,
    clock::Clock,
    config::Config,
    demo::{self, DemoOptions},
    retention, router, server, webhooks,
};
use lexopt::{Arg, Parser, ValueExt as _};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

const HELP: &str = "\
damage-report-backend: keeps damage claims and their evidence for a shop

  damage-report-backend serve --config FILE
      Serves the contract. See docs/backend.md for the settings.

  damage-report-backend backup --config FILE --to DIR
      Copies database and photos into DIR, which is made, also while the backend runs. The copy is a data folder.

  damage-report-backend demo --site DIR [--port 8080] [--data DIR] [--fresh] [--at INSTANT]
      Serves a made-up shop with the site in DIR around it, on this machine only.
      --fresh forgets what an earlier run kept. --at 2026-11-19T09:00:00Z opens the shop at that time.

  damage-report-backend openapi
      Prints the contract as OpenAPI.
";

#[tokio::main]
async fn main() -> ExitCode {
    // Every file and folder, SQLite's too, is created for this user alone: it holds customers' data.
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o077));
    match run(Parser::from_env()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("damage-report-backend: {sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run(mut arguments: Parser) -> Result<(), String> {
    let command = match arguments.next().map_err(|error| error.to_string())? {
        Some(Arg::Value(command)) => command.string().map_err(|error| error.to_string())?,
        Some(Arg::Long("help") | Arg::Short('h')) => "help".to_owned(),
        _ => return Err(format!("say what to do\n\n{HELP}")),
    };
    match command.as_str() {
        "serve" => serve(arguments).await,
        "backup" => back_up(arguments).await,
        "demo" => demonstrate(arguments).await,
        "openapi" => match arguments.next().map_err(|error| error.to_string())? {
            None => {
                print!("{}", router::openapi_document());
                Ok(())
            }
            Some(Arg::Long("help") | Arg::Short('h')) => help(),
            Some(other) => Err(other.unexpected().to_string()),
        },
        "help" => help(),
        other => Err(format!("{other:?} is not a command\n\n{HELP}")),
    }
}

fn help() -> Result<(), String> {
    print!("{HELP}");
    Ok(())
}

async fn serve(mut arguments: Parser) -> Result<(), String> {
    let mut file = None;
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Arg::Long("config") => file = Some(path(&mut arguments)?),
            Arg::Long("help") | Arg::Short('h') => return help(),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let file = file.ok_or("say where the configuration is: --config FILE")?;
    let config = Config::load(&file).map_err(|error| error.to_string())?;
    log_as_json();
    let listener = listen(&config.listen.to_string()).await?;
    let app = App::open(config, Clock::system()).await.map_err(|error| error.to_string())?;
    let stop = server::stop_signal().map_err(|error| error.to_string())?;
    if let Ok(listen) = listener.local_addr() {
        tracing::info!(%listen, "ready");
    }
    let listing = tokio::spawn(claim_list::keep_claim_list_current(Arc::clone(&app)));
    let retention = tokio::spawn(retention::enforce_retention(Arc::clone(&app)));
    serve_and_tell(listener, router::router(&app), &app, stop).await?;
    listing.abort();
    retention.abort();
    app.close().await;
    Ok(())
}

/// Serves `router`, and sends webhooks meanwhile.
async fn serve_and_tell(
    listener: TcpListener,
    router: Router,
    app: &Arc<App>,
    stop: impl Future<Output = ()>,
) -> Result<(), String> {
    let stop_webhooks = CancellationToken::new();
    let webhooks = tokio::spawn(webhooks::deliver_webhooks(Arc::clone(app), stop_webhooks.clone()));
    server::serve(listener, router, app, stop).await;
    stop_webhooks.cancel();
    webhooks.await.map_err(|error| error.to_string())
}

async fn back_up(mut arguments: Parser) -> Result<(), String> {
    let (mut file, mut to) = (None, None);
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Arg::Long("config") => file = Some(path(&mut arguments)?),
            Arg::Long("to") => to = Some(path(&mut arguments)?),
            Arg::Long("help") | Arg::Short('h') => return help(),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let file = file.ok_or("say where the configuration is: --config FILE")?;
    let to = to.ok_or("say where the copy is to be, in a folder that is not there yet: --to DIR")?;
    let data = Config::data_folder(&file).map_err(|error| error.to_string())?;
    let copied = backup::copy_data_folder(&data, &to).await.map_err(|error| error.to_string())?;
    println!("The database and {} photos are in {}", copied.photos, to.display());
    if copied.lost > 0 {
        eprintln!("{} photos that the database names were not in {} any more", copied.lost, data.display());
    }
    Ok(())
}

async fn demonstrate(mut arguments: Parser) -> Result<(), String> {
    let (mut port, mut data, mut site) = (8080_u16, PathBuf::from("demo-data"), None);
    let (mut fresh, mut at) = (false, None);
    while let Some(argument) = arguments.next().map_err(|error| error.to_string())? {
        match argument {
            Arg::Long("port") => {
                let value = arguments.value().and_then(|value| value.parse());
                port = value.map_err(|error| format!("--port: {error}"))?;
            }
            Arg::Long("data") => data = path(&mut arguments)?,
            Arg::Long("site") => site = Some(path(&mut arguments)?),
            Arg::Long("fresh") => fresh = true,
            Arg::Long("at") => {
                let value = arguments.value().and_then(|value| value.parse());
                at = Some(value.map_err(|error| format!("--at: {error}"))?);
            }
            Arg::Long("help") | Arg::Short('h') => return help(),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let site = site.ok_or("say where the demo's site is: --site DIR")?;
    log_as_json();
    let listener = listen(&format!("127.0.0.1:{port}")).await?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let options = DemoOptions { address, data, site, fresh, at };
    let (app, router) = demo::open_demo(options).await.map_err(|error| error.to_string())?;
    let stop = server::stop_signal().map_err(|error| error.to_string())?;
    println!("The demo is at http://{address}");
    serve_and_tell(listener, router, &app, stop).await?;
    app.close().await;
    Ok(())
}

async fn listen(address: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("{address} is taken by another program. Stop that one, or choose another port")
        }
        std::io::ErrorKind::PermissionDenied => {
            format!("this user may not listen on {address}. Choose a port of 1024 or above")
        }
        _ => format!("cannot listen on {address}: {error}"),
    })
}

fn path(arguments: &mut Parser) -> Result<PathBuf, String> {
    arguments.value().map(PathBuf::from).map_err(|error| error.to_string())
}

/// Logs JSON lines to the standard error, apart from the texts for people.
fn log_as_json() {
    tracing_subscriber::fmt().json().with_writer(std::io::stderr).init();
}
