# The official image by its exact version. To pin its content as well, write the digest that
# `docker buildx imagetools inspect node:24.22.2-bookworm-slim` prints behind it, as node:24.22.2-bookworm-slim@sha256:….
ARG NODE_IMAGE=node:24.22.2-bookworm-slim

# Compiles; nothing of this stage but dist/ is kept.
FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN ["npm", "run", "build"]
# Local mode with its emulated tenant; production never loads it.
RUN ["rm", "-r", "dist/local"]

# The optional packages are Node itself, which the image has, and a native tracer.
FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN ["npm", "ci", "--ignore-scripts", "--omit=dev", "--omit=optional", "--no-audit", "--no-fund"]
# Types and source maps of packages: Node never reads them, and they are more than half of it.
RUN ["find", "node_modules", "-type", "f", "(", "-name", "*.ts", "-o", "-name", "*.mts", "-o", "-name", "*.cts", "-o", "-name", "*.map", ")", "-delete"]

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
WORKDIR /app
# For STORE_URL=sqlite:… alone, which wants a volume here; the rest of the file system may be read-only.
RUN ["install", "-d", "-o", "1000", "-g", "1000", "/app/data"]
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY cards ./cards
COPY package.json ./
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 3978
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3978}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is the first process, so that SIGTERM reaches it. By itself V8 would take its room from the size of the machine.
CMD ["node", "--max-old-space-size=512", "--max-semi-space-size=4", "dist/main.js"]
