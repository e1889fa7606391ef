# Action Cable and ActionController::Live, in this directory:
#
#   puma -b tcp://127.0.0.1:PORT config.ru
require "action_controller/railtie"
require "action_cable/engine"

class Feed < Rails::Application
  config.load_defaults 6.1
  config.eager_load = true
  config.consider_all_requests_local = false
  config.secret_key_base = "not a secret: nothing here is signed"
  config.logger = Logger.new(nil)
  config.hosts.clear
  config.action_cable.mount_path = "/cable"
  # One process, no Redis. The adapter async hands each message to one of ten threads, and the
  # workers, usually four, to one of theirs: events of one client would overtake each other.
  config.action_cable.cable = { "adapter" => "inline" }
  config.action_cable.worker_pool_size = 1
  config.action_cable.allow_same_origin_as_host = true
end

module ApplicationCable
  class Connection < ActionCable::Connection::Base
  end
end

class EventsChannel < ActionCable::Channel::Base
  def subscribed
    stream_from "events"
  end
end

class EventsController < ActionController::API
  include ActionController::Live

  BEHIND = 1024 # events that a slow client may be behind
  STREAMS = Set.new
  LOCK = Mutex.new

  # The stream of a client that is too slow ends.
  def self.broadcast(event)
    LOCK.synchronize do
      STREAMS.delete_if do |queue|
        next queue.close if queue.size >= BEHIND
        queue << event
        false
      end
    end
  end

  # A stream ends only with its client, and puma would wait for it.
  def self.finish
    LOCK.synchronize { STREAMS.each(&:close) }
  end

  def index
    queue = Queue.new
    response.headers["Content-Type"] = "text/event-stream"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Last-Modified"] = Time.now.httpdate # Rack::ETag would hold the stream back
    LOCK.synchronize { STREAMS << queue }
    sse = SSE.new(response.stream, retry: 1000)
    while (event = queue.pop)
      sse.write(event)
    end
  rescue ActionController::Live::ClientDisconnected
    # The next event tells that a client has left.
  ensure
    LOCK.synchronize { STREAMS.delete(queue) }
    sse&.close
  end
end

class PublishController < ActionController::API
  def create
    event = JSON.parse(request.raw_post)
    ActionCable.server.broadcast("events", event)
    EventsController.broadcast(event)
    head :accepted
  rescue JSON::ParserError
    head :bad_request
  end

  def up
    head :ok
  end
end

Feed.initialize!
Feed.routes.draw do
  get "/up", to: "publish#up"
  get "/events", to: "events#index"
  post "/publish", to: "publish#create"
end
stop = trap("TERM") do
  Thread.new { EventsController.finish } # a trap must not wait for a lock
  stop.call
end
run Feed
